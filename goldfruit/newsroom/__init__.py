"""资讯 (newsroom): the daily price report and news, drafted, edited, published, corrected."""
