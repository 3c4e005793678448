"""行情与指数 (prices): quotes, observations, and the daily index that anyone can recompute."""
