"""The camera's features as typed Python, one file per chapter of SFNC."""
