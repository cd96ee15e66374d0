"""Words that everybody shares: releases, area types, periods, measures, table schemas."""
