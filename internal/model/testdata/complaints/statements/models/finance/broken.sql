/* archwire
description: Does not parse.
key: []
*/
select 1 as a,
from where
