"""The storefront widgets as built files, with the manifest that names and hashes them."""
