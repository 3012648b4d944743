

/* archwire */ select 1