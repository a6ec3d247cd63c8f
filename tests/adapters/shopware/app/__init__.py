"""The app that a merchant installs in Shopware: what is in the ZIP, and what its pages become."""
