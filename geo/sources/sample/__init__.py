"""The embedded synthetic borough: everything the toolkit reads, without a file.

Sandmere lies in the North Sea, so that nobody takes it for a real place. Its areas, Indices and
indicators are drawn from one seed, the same every time.
"""

from geo.sources.sample.borough import Sample, sample
from geo.sources.sample.files import write_sample

__all__ = ["Sample", "sample", "write_sample"]
