/// Every target, in the order in which they run.
let allTargets: [any FuzzTarget] = [
    JSONTarget()
]
