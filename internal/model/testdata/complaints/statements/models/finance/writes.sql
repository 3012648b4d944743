/* archwire
description: Is not a query.
key: []
*/
delete from rcm.practice
