"""The terminal at the other end: what it can do, and pictures as cells, kitty graphics or sixels."""
