"""The admin: who gets in, what each may do, what is written down, and how it looks and feels."""
