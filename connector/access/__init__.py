"""Who may work here: passwords, users and their roles, sessions, failed tries, and what was done."""
