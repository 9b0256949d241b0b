"""Text as numbers: counting models, bytes, subwords, windows, masks, sampling. No framework."""
