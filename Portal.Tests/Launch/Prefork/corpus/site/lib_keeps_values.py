import contextvars
import random
import secrets
import threading
import uuid

import numpy

GENERATOR, TOKEN, ID, NUMBER = random.Random(), secrets.token_hex(8), uuid.uuid4(), random.random()
SEED = numpy.random.default_rng()
LOCAL, VARIABLE = threading.local(), contextvars.ContextVar("variable", default="default")
LOCAL.value = 1
VARIABLE.set("set")
