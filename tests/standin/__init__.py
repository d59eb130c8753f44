"""A stand-in for the publishers: their protocols and bad habits, on loopback."""
