/* archwire
description: x
key: []
*/

;