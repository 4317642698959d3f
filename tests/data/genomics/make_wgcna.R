# R WGCNA's values for tests: Rscript make_wgcna.R LARGE.csv, in this folder. LARGE.csv (6,000 genes) is
# planted(0, (60,) * 50, 3000, 60).round(4) of tests/genomics/networks.py.
suppressMessages(library(WGCNA))
options(stringsAsFactors = FALSE)
genes_in_columns <- function(file) t(as.matrix(read.csv(file, row.names = 1)))
write <- function(table, file) write.csv(table, file, row.names = FALSE, quote = FALSE)

write(data.frame(label = 0:500, colour = labels2colors(0:500)), "colours.csv")

pairs <- expand.grid(r = c(-1, -0.99999, -0.5, -1e-9, 0, 0.123456789, 0.9, 0.9999999), n = c(3, 4, 10, 88, 1000))
write(cbind(pairs, p = corPvalueStudent(pairs$r, pairs$n)), "student_p.csv")

# Eigengenes of modules in a second cohort; the genes of the first 100 rows are in none.
cohorts <- lapply(c(reference = "reference", test = "test"), function(name)
  list(data = genes_in_columns(paste0("cohort_", name, ".csv.gz"))))
modules <- rep(c("grey", "turquoise", "blue", "brown"), c(100, 60, 45, 30))
write(cbind(sample = rownames(cohorts$test$data),
  orderMEs(moduleEigengenes(cohorts$test$data, modules)$eigengenes)), "eigengenes_test.csv")
# They as modules of the first cohort, preserved or not in the second. Slow: R collects garbage in each step.
preserved <- lapply(c("unsigned", "signed"), function(type) {
  found <- modulePreservation(cohorts, list(reference = modules), networkType = type, quickCor = 0,
    nPermutations = 50, savePermutedStatistics = FALSE, verbose = 0)$preservation
  observed <- found$observed[[1]][[2]]
  z <- found$Z[[1]][[2]]
  cbind(network = type, module = rownames(observed), observed, z[rownames(observed), -1])
})
write(subset(do.call(rbind, preserved), !module %in% c("grey", "gold")), "preservation.csv")

# Biweight midcorrelation, of values with outliers; gene 8 has no median absolute deviation.
X <- genes_in_columns("outliers.csv.gz")
write(cbind(gene = colnames(X), as.data.frame(suppressWarnings(bicor(X))[, 1:12])), "bicor.csv")
for (type in c("unsigned", "signed")) {
  net <- suppressWarnings(blockwiseModules(X, corType = "bicor", power = if (type == "signed") 12 else 6,
    networkType = type, TOMType = type, minModuleSize = 15, deepSplit = 3, mergeCutHeight = 0.25))
  write(data.frame(gene = colnames(X), module = net$colors, unmerged = net$unmergedColors),
    paste0("bicor_modules_", type, ".csv"))
  soft <- suppressWarnings(pickSoftThreshold(X, networkType = type, corFnc = bicor, corOptions = list(), verbose = 0))
  write(soft$fitIndices, paste0("bicor_soft_threshold_", type, ".csv"))
}

# A network large enough for single precision here.
X <- genes_in_columns(commandArgs(TRUE)[1])
net <- blockwiseModules(X, power = 6, networkType = "unsigned", TOMType = "unsigned", minModuleSize = 30,
  deepSplit = 3, mergeCutHeight = 0.25, maxBlockSize = 20000)
large <- data.frame(gene = colnames(X), module = net$colors, unmerged = net$unmergedColors)
out <- gzfile("large_modules.csv.gz", "w")
write(large, out)
close(out)

cat(capture.output(sessionInfo()), sep = "\n")
