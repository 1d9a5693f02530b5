"""How gunicorn serves Vekha: `gunicorn project.wsgi` in this folder reads it by itself.

Each setting can be overridden on the command line. docs/operations/serving.md says what stands
before it.
"""

import os

worker_class = "project.serving.PatientWorker"
workers = int(os.environ.get("WEB_CONCURRENCY", min(2 * (os.cpu_count() or 1) + 1, 9)))
threads = 16
worker_connections = 1000  # of one worker, silent ones among them: they cost a socket each

# A worker whose main loop does not turn for so long is replaced; pages have bounds of their own.
timeout = 60
graceful_timeout = 30
keepalive = 15  # longer than nginx leaves its own connections idle in the example

limit_request_line = 4094
limit_request_fields = 64
limit_request_field_size = 8190

# A worker starts anew after so many requests, not all at once: what leaks does not pile up.
max_requests = 2000
max_requests_jitter = 400

accesslog = "-"
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(M)sms"  # no query: it may hold a link's secret
