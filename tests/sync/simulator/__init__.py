"""A whole fleet in one process: real stores, the real engine and the real server, under a made-up network, clock and
disk that follow from one number. What the people of it may rightly expect is judged in `oracle`."""
