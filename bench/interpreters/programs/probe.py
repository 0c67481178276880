# SPDX-License-Identifier: MIT
# What interpreter is this? One line of JSON. Runs under Python 2.7 and 3.
import json, os, platform, sys
try:
    import sysconfig
    free_threaded = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
except ImportError:
    free_threaded = False
implementation = platform.python_implementation()
gil = sys._is_gil_enabled() if hasattr(sys, "_is_gil_enabled") else implementation != "Jython"
print(json.dumps({
    "implementation": implementation,
    "major": sys.version_info[0],
    "minor": sys.version_info[1],
    "version": "%d.%d.%d" % tuple(sys.version_info[:3]),
    "free_threaded": free_threaded,
    "gil": bool(gil),
    "executable": os.path.realpath(sys.executable) if sys.executable else "",
}))
