"""Two files beside each other: pictures, facts, and the decision."""
