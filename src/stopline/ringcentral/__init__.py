"""RingCentral's wire: the only place that knows its words."""
