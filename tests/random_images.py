"""1-bit images as no layout would draw them: any width, any density, all black, all white."""

import numpy as np
from hypothesis import strategies as st
from PIL import Image


@st.composite
def images(draw: st.DrawFn, widest: int = 900, highest: int = 6) -> Image.Image:
    width, height = draw(st.integers(1, widest)), draw(st.integers(1, highest))
    seed, share = draw(st.integers(0, 2**32 - 1)), draw(st.sampled_from([0.0, 0.02, 0.5, 1.0]))
    dots = np.random.default_rng(seed).random((height, width)) < share
    return Image.fromarray(np.uint8(255) * ~dots).convert("1")
