"""Processes on one PostgreSQL are killed at random moments under load; the others go on.

Everything is judged from outside: by the simulator's journal, and by what the database holds.
"""

import random
import signal
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from stopline.carriers.simulator.journal import JournalFollower, SubmitLine
from stopline.carriers.simulator.oracle import REPLY_PREFIX, ConsentOracle
from stopline.core.carriage import SubmitOutcome
from stopline.core.messages import FINAL_STATUSES, MessageStatus
from support.api import Api, Posting
from support.fleet import Fleet, Member, fleet
from support.handsets import Handsets
from support.postgres import Cluster
from support.proof import record
from support.scale import figure

KILLS = figure(ci=50, full=500)
# Texting and posting go to a process that is not killed, so that the load never pauses; the ones
# that are killed claim, hand over, settle and receive.
VICTIMS = 2
'''
'''
