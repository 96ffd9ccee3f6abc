"""Facts of vendors, read from the data that published packages carry, so that none is copied here."""
