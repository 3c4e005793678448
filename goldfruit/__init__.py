"""金果网 (Goldfruit): the electronic exchange for apples of Xianyang, Shaanxi."""

__version__ = "0.1.0"
