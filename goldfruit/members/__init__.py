"""会员 (members): who may come in, who may do what, and how the exchange knows them."""
