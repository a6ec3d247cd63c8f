"""Each patch removes one safeguard and names the test that must go red for it."""
