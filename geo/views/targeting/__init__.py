"""The page of targeting: whom to serve first, what that reaches, how a budget would be split."""
