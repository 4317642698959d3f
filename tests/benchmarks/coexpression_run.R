# The same work by R's WGCNA: Rscript coexpression_run.R FOLDER; prints what computed, then the seconds.
# FOLDER holds expression.csv; modules_r.csv is written there. Threads as WGCNA's own advice has them.
suppressMessages(library(WGCNA))
threads <- enableWGCNAThreads()
folder <- commandArgs(TRUE)[1]
X <- t(as.matrix(read.csv(file.path(folder, "expression.csv"), row.names = 1)))
seconds <- system.time({
  soft <- pickSoftThreshold(X, powerVector = c(1:10, seq(12, 20, 2)), networkType = "unsigned", verbose = 0)
  net <- blockwiseModules(X, power = 6, networkType = "unsigned", TOMType = "unsigned", minModuleSize = 60,
    deepSplit = 3, mergeCutHeight = 0.25, maxBlockSize = ncol(X), verbose = 0)
})["elapsed"]
found <- data.frame(gene = colnames(X), module = net$colors, unmerged = net$unmergedColors)
write.csv(found, file.path(folder, "modules_r.csv"), row.names = FALSE)
cat("\nR ", as.character(getRversion()), ", WGCNA ", as.character(packageVersion("WGCNA")), ", ", threads,
  " threads, BLAS ", basename(dirname(extSoftVersion()["BLAS"])), "\n", seconds, "\n", sep = "")
