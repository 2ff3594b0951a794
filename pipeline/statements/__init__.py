"""The public statement (R22): its figures, and what people read of them."""
