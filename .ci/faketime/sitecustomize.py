"""Python's sleep under libfaketime, which refuses the call that Python makes for it (EINVAL).

Its other cure, to move the monotonic clock too, lets every wait for a lock last for months.
"""

import threading
import time

time.sleep = lambda seconds: (threading.Event().wait(seconds), None)[1]
