"""The widgets in a real browser, on a pretend shop whose connector answers as documented."""
