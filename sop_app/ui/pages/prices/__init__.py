"""The price list: what customers pay for products, from when on."""
