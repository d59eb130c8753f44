"""Codes, names and labels that the publishers use and the book does not print.

Here: look-up tables by the keys of the printed cells, of this one vintage. Not here: the seeds of
the warehouse (`dbt_project/seeds`), which may grow; these stay as the shipped files were made.
"""

from __future__ import annotations

BASE_YEAR_OF_MSTI = 2020
GERD = "G.USD_PPP.Q._Z"
MSTI_SERIES: dict[str, tuple[str, int, int | None]] = {
    "gerd_constant_ppp": (GERD, 6, BASE_YEAR_OF_MSTI),
    "gerd_pct_gdp": ("G.PT_B1GQ._Z._Z", 0, None),
    "researchers_fte": ("T_RS.FTE._Z._Z", 0, None),
    "researchers_per_1000_employed": ("T_RS.10P3EMP._Z._Z", 0, None),
}
MSTI_FUND_SERIES = {
    "business_enterprise": "G_FB.USD_PPP.Q._Z",
    "government": "G_FG.USD_PPP.Q._Z",
    "other_national": "G_FON.USD_PPP.Q._Z",
    "rest_of_world": "G_FA.USD_PPP.Q._Z",
}
IMD_CRITERIA = {
    "rank_laws_encourage_research_innovation": "Scientific research legislation",
    "rank_ip_rights_protection": "Intellectual property rights",
    "rank_technology_transfer_services": "Knowledge transfer",
    "rank_digital_technological_skills": "Digital/Technological skills",
    "rank_qualified_engineers": "Qualified engineers",
    "rank_public_private_partnerships": "Public-private partnerships",
    "rank_banking_financial_services": "Banking and financial services",
    "rank_entrepreneurship": "Entrepreneurship",
    "rank_attracting_retaining_talents": "Attracting and retaining talents",
    "rank_foreign_highly_skilled_personnel": "Foreign highly-skilled personnel",
    "rank_digital_transformation_companies": "Digital transformation in companies",
    "rank_use_digital_tools_technologies": "Use of digital tools and technologies",
}
IMD_COUNTRIES = {
    "DNK": ("Denmark", "DK"),
    "FIN": ("Finland", "FI"),
    "NLD": ("Netherlands", "NL"),
    "NOR": ("Norway", "NO"),
    "SGP": ("Singapore", "SG"),
    "SWE": ("Sweden", "SE"),
    "CHE": ("Switzerland", "CH"),
    "TWN": ("Taiwan (Chinese Taipei)", "TW"),
}
PATENT_AREAS = {
    "USA": ("US", "United States of America"),
    "JPN": ("JP", "Japan"),
    "CHN": ("CN", "China"),
    "KOR": ("KR", "Republic of Korea"),
    "DEU": ("DE", "Germany"),
    "TWN": ("TW", "Taiwan"),
    "FRA": ("FR", "France"),
    "CHE": ("CH", "Switzerland"),
    "GBR": ("GB", "United Kingdom"),
    "CAN": ("CA", "Canada"),
}
WEO_COUNTRIES = {
    "CAN": ("156", "Canada"),
    "CHN": ("924", "China"),
    "FRA": ("132", "France"),
    "DEU": ("134", "Germany"),
    "JPN": ("158", "Japan"),
    "KOR": ("542", "Korea"),
    "CHE": ("146", "Switzerland"),
    "TWN": ("528", "Taiwan Province of China"),
    "GBR": ("112", "United Kingdom"),
    "USA": ("111", "United States"),
}
WPP_LOCATIONS = {
    "BGD": (50, "Bangladesh"),
    "BRA": (76, "Brazil"),
    "CHN": (156, "China"),
    "ETH": (231, "Ethiopia"),
    "IDN": (360, "Indonesia"),
    "IND": (356, "India"),
    "NGA": (566, "Nigeria"),
    "PAK": (586, "Pakistan"),
    "RUS": (643, "Russian Federation"),
    "USA": (840, "United States of America"),
}
WPP_COUNTRY_OR_AREA = 4
WIPO_FIELDS = {
    "electrical_machinery_apparatus_energy": 1,
    "audio_visual_technology": 2,
    "telecommunications": 3,
    "digital_communication": 4,
    "basic_communication_processes": 5,
    "computer_technology": 6,
    "it_methods_for_management": 7,
    "semiconductors": 8,
    "optics": 9,
    "measurement": 10,
    "analysis_of_biological_materials": 11,
    "control": 12,
    "medical_technology": 13,
    "organic_fine_chemistry": 14,
    "biotechnology": 15,
    "pharmaceuticals": 16,
    "macromolecular_chemistry_polymers": 17,
    "food_chemistry": 18,
    "basic_materials_chemistry": 19,
    "materials_metallurgy": 20,
    "surface_technology_coating": 21,
    "micro_structural_and_nano_technology": 22,
    "chemical_engineering": 23,
    "environmental_technology": 24,
    "handling": 25,
    "machine_tools": 26,
    "engines_pumps_turbines": 27,
    "textile_and_paper_machines": 28,
    "other_special_machines": 29,
    "thermal_processes_and_apparatus": 30,
    "mechanical_elements": 31,
    "transport": 32,
}
DGBAS_INDUSTRIES = {
    "manufacturing": "C.製造業",
    "food_and_feed": "CA.食品及飼品製造業",
    "chemical_materials": "CJ.化學材料製造業",
    "plastics_products": "CN.塑膠製品製造業",
    "basic_metals": "CP.基本金屬製造業",
    "fabricated_metal_products": "CQ.金屬製品製造業",
    "electronic_components": "CR.電子零組件製造業",
    "computers_electronics_optical": "CS.電腦、電子產品及光學製品製造業",
    "electrical_equipment": "CT.電力設備及配備製造業",
    "machinery_equipment": "CU.機械設備製造業",
    "other_manufacturing": "CY.其他製造業",
}
DGBAS_GDP = "GDP"
DGBAS_OUTPUT = "生產總額_當期價格(新臺幣百萬元)"
DGBAS_VALUE_ADDED = "國內生產毛額_當期價格(新臺幣百萬元)"
DGBAS_REAL_GDP = "國內生產毛額_連鎖實質值(2021為參考年_新臺幣百萬元)"
DGBAS_INCOME = "平均每人所得(名目值，元)"
MOEA_INDUSTRY_CODES = {
    "all_industries": None,
    "electronic_components": "26",
    "computers_electronics_optical": "27",
    "electrical_equipment": "28",
    "other_chemical_products": "19",
    "motor_vehicles_parts": "30",
    "pharmaceuticals_medicinal_chemicals": "20",
    "other_transport_equipment": "31",
    "non_metallic_mineral_products": "23",
    "chemical_materials_fertilizers": "18",
    "leather_fur_products": "13",
}
EXPORT_FILES = {
    "T1-2-09": (
        "export_shares_by_technology_level.csv",
        "出口占比－依科技層級",
        {
            "high_tech": "高科技",
            "medium_high_tech": "中高科技",
            "medium_low_tech": "中低科技",
            "low_tech": "低科技",
        },
    ),
    "T1-2-10": (
        "export_shares_by_capital_intensity.csv",
        "出口占比－依資本密集度",
        {
            "high_capital_intensity": "高資本密集",
            "medium_capital_intensity": "中資本密集",
            "low_capital_intensity": "低資本密集",
        },
    ),
    "T1-2-11": (
        "export_shares_by_skilled_labour_intensity.csv",
        "出口占比－依技術人力密集度",
        {
            "high_skill_intensity": "高技術人力密集",
            "medium_skill_intensity": "中技術人力密集",
            "low_skill_intensity": "低技術人力密集",
        },
    ),
}
RISK_NAMES = {
    "adverse_outcomes_ai": "Adverse outcomes of AI technologies",
    "biodiversity_loss_ecosystem_collapse": "Biodiversity loss and ecosystem collapse",
    "critical_change_earth_systems": "Critical change to Earth systems",
    "cyber_espionage_warfare": "Cyber espionage and warfare",
    "erosion_human_rights_civic_freedoms": "Erosion of human rights and/or civic freedoms",
    "extreme_weather_events": "Extreme weather events",
    "geoeconomic_confrontation": "Geoeconomic confrontation",
    "inequality": "Inequality",
    "involuntary_migration_displacement": "Involuntary migration or displacement",
    "misinformation_disinformation": "Misinformation and disinformation",
    "natural_resource_shortages": "Natural resource shortages",
    "pollution": "Pollution",
    "societal_polarization": "Societal polarization",
    "state_based_armed_conflict": "State-based armed conflict",
}
CAPABILITY_NAMES = {
    "creativity": "Creativity",
    "natural_language_generation": "Natural-language generation",
    "natural_language_understanding": "Natural-language understanding",
    "pattern_and_category_generation": "Generating novel patterns and categories",
    "sensory_perception": "Sensory perception",
    "logical_reasoning": "Logical reasoning and problem solving",
    "multi_agent_coordination": "Coordination with multiple agents",
    "social_and_emotional_output": "Social and emotional output",
    "social_and_emotional_sensing": "Social and emotional sensing",
    "social_and_emotional_reasoning": "Social and emotional reasoning",
}
