"""Prints, for each file, the numbers of its pages that are not on disk: dirty, or being written. Linux 6.5 (cachestat)."""

import ctypes
import json
import os
import sys

PAGE = 4096
CACHESTAT = 451  # the same number on every architecture


class Range(ctypes.Structure):
    _fields_ = [("offset", ctypes.c_uint64), ("length", ctypes.c_uint64)]


class CacheStat(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("cache", "dirty", "writeback", "evicted", "recently_evicted")]


libc = ctypes.CDLL(None, use_errno=True)


def is_flushed(fd, page):
    stat = CacheStat()
    if libc.syscall(CACHESTAT, fd, ctypes.byref(Range(page * PAGE, PAGE)), ctypes.byref(stat), 0) != 0:
        raise OSError(ctypes.get_errno(), "cachestat")
    return stat.dirty == 0 and stat.writeback == 0


def unflushed_pages(path):
    fd = os.open(path, os.O_RDONLY)
    pages = (os.fstat(fd).st_size + PAGE - 1) // PAGE
    found = [page for page in range(pages) if not is_flushed(fd, page)]
    os.close(fd)
    return found


print(json.dumps([unflushed_pages(path) for path in sys.argv[1:]]))
