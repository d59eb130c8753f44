-- One row per trade statistic of the Ministry of Finance, labels as printed.
-- Choosing labels: int_exports.
{{ staged_statistics('mof_trade_statistics') }}
