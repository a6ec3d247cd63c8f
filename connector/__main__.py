"""`python -m connector` is `stammkunde`."""

from connector.cli import main

main()
