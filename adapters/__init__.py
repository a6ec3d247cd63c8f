"""Shop platforms; each folder speaks one platform's language and knows only the port."""
