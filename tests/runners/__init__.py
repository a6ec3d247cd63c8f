"""What runs lanes: one contract for both runners, the election, and the run of many processes."""
