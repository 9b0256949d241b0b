"""Text as numbers: counting models, and later bytes, subwords and windows. No framework."""
