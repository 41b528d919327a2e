"""How a station and its hub come together: facts and photos up, what it must know down."""
