"""What a WSGI server loads: ``gunicorn wsgi:app``."""

from config import from_environment
from goldfruit.app import create_app, set_up_logs

config = from_environment()
set_up_logs(config.log_level)
app = create_app(config)
