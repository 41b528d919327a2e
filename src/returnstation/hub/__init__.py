"""The hub: takes in what stations wrote, and sends down what they need to know."""
