# The same work by R's WGCNA: Rscript coexpression_run.R FOLDER; prints the seconds. FOLDER holds expression.csv.
suppressMessages(library(WGCNA))
folder <- commandArgs(TRUE)[1]
X <- t(as.matrix(read.csv(file.path(folder, "expression.csv"), row.names = 1)))
seconds <- system.time({
  soft <- pickSoftThreshold(X, powerVector = c(1:10, seq(12, 20, 2)), networkType = "unsigned", verbose = 0)
  net <- blockwiseModules(X, power = 6, networkType = "unsigned", TOMType = "unsigned", minModuleSize = 60,
    deepSplit = 3, mergeCutHeight = 0.25, maxBlockSize = 20000, verbose = 0)
})["elapsed"]
cat(seconds, "\n")
