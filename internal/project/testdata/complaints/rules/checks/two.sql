/* archwire
description: x
---
description: y
*/
select 1