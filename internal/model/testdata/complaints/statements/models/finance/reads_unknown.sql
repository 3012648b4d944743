/* archwire
description: Reads a model that is wrong already, and is not blamed for it.
key: []
*/
select * from finance.unknown
