"""运营后台 (console): what operators and auditors see across all stages."""
