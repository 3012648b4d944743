/* archwire
description: x
